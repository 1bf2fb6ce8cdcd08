"""The blocks of a Markdown document, each with its lines: headings, list items, paragraphs, tables. Inline text stays as written.

Source: CommonMark by markdown-it-py; only its block rules run, which is most of the reader's speed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


class Shape(Enum):
    """What a block is."""

    ROOT = auto()
    HEADING = auto()
    ITEM = auto()
    PARAGRAPH = auto()
    TABLE = auto()
    OTHER = auto()


@dataclass(slots=True)
class Block:
    """A block: its inline text as written, its first and last line (1-based, inclusive), what stands in it."""

    shape: Shape
    line: int
    end_line: int
    text: str = ""
    text_line: int = 0
    level: int = 0  # of a heading
    number: int | None = None  # of an item in a numbered list
    list_line: int = 0  # where the item's list begins
    is_nested: bool = False  # an item inside another item
    blocks: list[Block] = field(default_factory=list)

    def items(self) -> list[Block]:
        """Give the items right under this block, in order."""
        return [block for block in self.blocks if block.shape is Shape.ITEM]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


_KEPT = {"fence", "code_block", "html_block", "hr"}  # only HTML may speak to the Hub, so only its text is kept


def read_tree(text: str) -> Block:
    """Read a document into its tree of blocks."""
    root = Block(Shape.ROOT, 1, text.count("\n") + 1)
    stack: list[Block] = [root]
    lists: list[tuple[int, int | None]] = []
    tokens: list[Token] = _parser().parse(text)
    quoted = 0
    table: Block | None = None
    for token in tokens:
        kind = token.type
        first, last = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if kind == "blockquote_open":
            quoted += 1
        elif kind == "blockquote_close":
            quoted -= 1
        if table is not None:
            if kind == "table_close":
                table = None
            continue
        if kind in {"bullet_list_open", "ordered_list_open"}:
            start = int(token.attrs.get("start", 1)) if kind.startswith("ordered") else None
            lists.append((first, start))
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif kind == "list_item_open":
            number = int(token.info) if token.info.isdigit() else None
            item = Block(Shape.ITEM, first, last, number=number, list_line=lists[-1][0], is_nested=len(lists) > 1)
            stack[-1].blocks.append(item)
            stack.append(item)
        elif kind == "list_item_close":
            stack.pop()
        elif kind == "heading_open":
            stack[-1].blocks.append(Block(Shape.HEADING, first, last, level=int(token.tag[1])))
            stack.append(stack[-1].blocks[-1])
        elif kind == "heading_close":
            stack.pop()
        elif kind == "table_open" and not quoted:
            table = Block(Shape.TABLE, first, last)
            stack[-1].blocks.append(table)
        elif kind == "inline":
            owner = stack[-1]
            if owner.shape in (Shape.HEADING, Shape.ITEM) and not owner.text and not quoted:
                owner.text, owner.text_line = token.content, first
            else:
                shape = Shape.OTHER if quoted else Shape.PARAGRAPH
                owner.blocks.append(Block(shape, first, last, text=token.content, text_line=first))
        elif kind in _KEPT:
            stack[-1].blocks.append(
                Block(Shape.OTHER, first, last, text=token.content if kind == "html_block" else "", text_line=first)
            )
    return root
