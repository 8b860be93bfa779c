# Reading Marsad's record in R: files (GeoPackage, GeoJSON, Parquet) with sf and arrow, and a server in ACLED's dialect.
#
#     source("r/marsad.R")
#     events <- marsad_layer("events.gpkg")
#     marsad_tally(events, c("month", "who"))
#
# Needs sf and jsonlite; httr2 for a server; arrow (or nanoparquet) for Parquet alone.

suppressPackageStartupMessages(library(sf))

# A layer of a GeoPackage, or a GeoJSON file. Rows without a known point keep an empty geometry: they are no mistake, and are
# never to be drawn at a centre.
marsad_layer <- function(file, layer = NULL) {
  if (is.null(layer) && grepl("\\.gpkg$", file)) layer <- st_layers(file)$name[1]
  found <- if (is.null(layer)) st_read(file, quiet = TRUE) else st_read(file, layer = layer, quiet = TRUE)
  if (inherits(found, "sf")) st_crs(found) <- 4326
  found
}

# A Parquet file: with arrow, else with nanoparquet. The geometry is the column `geometry` as WKB; `points` makes it sf.
marsad_parquet <- function(file, points = TRUE) {
  if (requireNamespace("arrow", quietly = TRUE)) {
    found <- as.data.frame(arrow::read_parquet(file))
  } else if (requireNamespace("nanoparquet", quietly = TRUE)) {
    found <- as.data.frame(nanoparquet::read_parquet(file))
  } else {
    stop("Parquet needs the package arrow (or nanoparquet): install.packages(\"arrow\"), or read a GeoPackage")
  }
  if (!points || is.null(found$latitude)) return(found)
  found$geometry <- NULL
  known <- !is.na(found$latitude) & !(found$geo_precision %in% 3)
  marks <- lapply(seq_len(nrow(found)), function(i) {
    if (known[i]) st_point(c(found$longitude[i], found$latitude[i])) else st_point()
  })
  st_sf(found, geometry = st_sfc(marks, crs = 4326))
}

# Events counted, with the dead as low, best and high, by the rules of `marsad tally`: `high` is NA as soon as one event's is open,
# and an event in which a grouped field is disputed is not in `low`. An event on the days of two months stands in the first.
marsad_tally <- function(events, by) {
  rows <- if (inherits(events, "sf")) st_drop_geometry(events) else events
  rows$month <- substr(rows$date_first, 1, 7)
  for (name in intersect(by, c("who", "whom"))) { # an event stands under each of its actors
    each <- strsplit(ifelse(is.na(rows[[name]]) | rows[[name]] == "", "not stated", rows[[name]]), "; ")
    rows <- rows[rep(seq_len(nrow(rows)), lengths(each)), ]
    rows[[name]] <- unlist(each)
  }
  keys <- lapply(rows[by], function(k) ifelse(is.na(k) | k == "", "not stated", k))
  field <- c(who = "who", whom = "whom", place = "where", admin1 = "where", country = "where", month = "when",
    sub_event_type = "type", event_type = "type")
  named <- unique(unname(field[intersect(by, names(field))]))
  doubtful <- vapply(strsplit(ifelse(is.na(rows$disputed), "", rows$disputed), "; "), function(d) any(d %in% named), NA)
  groups <- split(seq_len(nrow(rows)), keys, drop = TRUE, sep = "\r")
  found <- do.call(rbind, lapply(names(groups), function(key) {
    own <- rows[groups[[key]], ]
    sure <- !doubtful[groups[[key]]]
    told <- !is.na(own$killed_low)
    open <- any(told & is.na(own$killed_high))
    data.frame(as.list(setNames(strsplit(key, "\r", fixed = TRUE)[[1]], by)),
      events = nrow(own),
      killed_low = sum(own$killed_low[sure], na.rm = TRUE),
      killed_best = sum(own$killed_best, na.rm = TRUE),
      killed_high = if (open) NA else sum(own$killed_high, na.rm = TRUE),
      untold = sum(!told), disputed = sum(!is.na(own$disputed) & own$disputed != ""),
      check.names = FALSE
    )
  }))
  found <- found[do.call(order, found[by]), ]
  rownames(found) <- NULL
  found
}

# A map as PNG: a filled circle is the very place, a hollow one near it; regions are not drawn, and counted in the title.
marsad_map <- function(events, file, title = "Events") {
  drawn <- events[!st_is_empty(events), ]
  png(file, width = 1000, height = 700, res = 120)
  on.exit(dev.off())
  par(mar = c(2.5, 2.5, 3, 1))
  dead <- ifelse(is.na(drawn$killed_best), 0, drawn$killed_best)
  at <- st_coordinates(drawn)
  wide <- extendrange(at[, 1], f = 0.08)
  plot(st_geometry(drawn), pch = ifelse(drawn$geo_precision == 1, 19, 1), cex = 0.8 + sqrt(dead) / 2.5,
    col = "#d55e00", axes = TRUE, graticule = TRUE, xlim = wide, ylim = extendrange(at[, 2], f = 0.08))
  text(at, labels = paste0(drawn$place, ": ", drawn$killed_best), cex = 0.75,
    pos = ifelse(at[, 1] > wide[2] - 0.25 * diff(wide), 2, 4), offset = 0.8)
  title(sprintf("%s (%d without a point)", title, nrow(events) - nrow(drawn)), adj = 0, cex.main = 1)
}

# A server's events in ACLED's 31 columns, page by page. `filters` are its parameters: list(country = "Sudan", limit = 500).
# The token is taken from the environment variable MARSAD_TOKEN where there is one.
marsad_acled <- function(server, filters = list(), page_size = 5000) {
  pages <- list()
  repeat {
    asked <- c(filters, list(page = length(pages) + 1, limit = page_size))
    request <- httr2::req_url_query(httr2::request(paste0(sub("/$", "", server), "/api/acled/read")), !!!asked)
    token <- Sys.getenv("MARSAD_TOKEN")
    if (nzchar(token)) request <- httr2::req_auth_bearer_token(request, token)
    body <- httr2::resp_body_string(httr2::req_perform(httr2::req_retry(request, max_tries = 3)))
    rows <- jsonlite::fromJSON(body)$data
    if (is.null(rows) || NROW(rows) == 0) break
    pages[[length(pages) + 1]] <- rows
    if (NROW(rows) < page_size) break
  }
  if (length(pages)) do.call(rbind, pages) else data.frame()
}

# Sends what acledR (or any httr2 client) asks of acleddata.com to a server of yours instead, for as long as the session lasts.
marsad_redirect <- function(server) {
  server <- sub("/$", "", server)
  options(httr2_mock = function(req) {
    if (!startsWith(req$url, "https://acleddata.com")) return(NULL)
    req$url <- sub("https://acleddata.com", server, req$url, fixed = TRUE)
    old <- options(httr2_mock = NULL)
    on.exit(options(old))
    httr2::req_perform(req)
  })
  invisible(server)
}
