"""News texts and what a careful coder takes from them. To add one, copy a test, and change its text and its checks.

    @story(published="2024-05-06")
    def test_a_mine(told: Told) -> None:
        '''Four herders were killed on Sunday when their cart hit a mine near Ouallam, the governor said.'''
        mine = told.incident("Remote explosive/landmine/IED", place="Ouallam")
        assert mine.killed == (4, 4)
        assert mine.when == ("2024-05-05", "2024-05-05")
        assert mine.speaker == ("the governor", "official")
"""

from tests.stories.telling import story
from tests.stories.told import Told

__all__ = ["Told", "story"]
