"""Which addresses are fetched, and how they are spelled."""

from __future__ import annotations

import pytest

from marsad.intake.addresses import AddressError, canonical, checked, is_public, next_hop

INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255"),
    *("224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::a00:1", "2001:db8::1", "fe80::1%eth0", "2001:0:7f00:1:0:0:f5ff:fffe", "fd00:ec2::254", "nonsense", ""),
)


@pytest.mark.parametrize("number", INSIDE)
def test_addresses_inside_a_network(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_of_the_internet(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ftp://a.example/",
            "file:///etc/passwd",
            "gopher://a.example/",
            "javascript:alert(1)",
            "//a.example/",
            "https://",
            "https:///x",
        ),
        *("http://user:word@a.example/", "http://user@a.example/", "http://a.example:22/", "http://a.example:99999/"),
        *(
            "http://a.example/\r\nHost: b",
            "http://a.example\\@b.example/",
            "http://a b.example/",
            "https://a.example/" + "x" * 3000,
        ),
        *("http://[::1", "http://\u202ea.example" + "." * 300 + "/"),
    ],
)
def test_what_is_never_fetched(address: str) -> None:
    with pytest.raises(AddressError) as caught:
        checked(address)
    assert caught.value.code == "bad_address"


def test_names_in_other_scripts_are_spelled_out() -> None:
    assert checked("https://пример.example/a").hostname == "xn--e1afmkfd.example"


def test_one_spelling_for_one_page() -> None:
    same = [
        "https://News.Example/a?id=1&utm_source=x",
        "https://news.example:443/a?id=1#top",
        "https://news.example/a?fbclid=9&id=1",
    ]
    assert {canonical(address) for address in same} == {"https://news.example/a?id=1"}
    assert canonical("https://a.example/?b=2&a=1") == "https://a.example/?b=2&a=1"
    assert canonical("https://a.example/?q=a+b%20c") == "https://a.example/?q=a+b%20c"
    assert canonical("https://a.example") == "https://a.example/" and canonical("http://[::1") == "http://[::1"


def test_redirects() -> None:
    assert next_hop("https://a.example/x/y", "../z?q=ü") == "https://a.example/z?q=%C3%BC"
    assert next_hop("https://a.example/x", "//b.example/") == "https://b.example/"
    for target in ("/login?next=/x", "https://id.example/oauth2/authorize", "/subscribe/now", "/sign-in"):
        with pytest.raises(AddressError) as caught:
            next_hop("https://a.example/x", target)
        assert caught.value.code == "login"
    assert next_hop("https://a.example/x", "/news/login-attempts-rise") == "https://a.example/news/login-attempts-rise"
