"""Makes the page's font from Inter: `python make.py FILE`, with fonttools and brotli installed.

FILE is inter-latin-wght-normal.woff2, as the package @fontsource-variable/inter has it in `files`.
What is left out is what the page never shows or nobody can see; letters that are not here come from the system's font.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SIGNS = [chr(code) for code in range(0x20, 0x7F)] + list("±µ·×ßäöü–‘’“”…")
# Between letters, and with the marks that follow them; others stand apart anyway.
KERNED = {sign for sign in SIGNS if sign.isalpha()} | set(".,'’")
# From text to what stands out, in one file: two fonts of one weight each are a fifth larger together.
WEIGHTS = (400, 600)
# In units of the font, 2048 to the em: at the size of the page's text a quarter of a pixel.
LEAST_KERN = 40


def tabular(font):
    """For each glyph, the one of the width that all figures share."""
    lookups = font["GSUB"].table
    found = {}
    for feature in lookups.FeatureList.FeatureRecord:
        if feature.FeatureTag == "tnum":
            for index in feature.Feature.LookupListIndex:
                for table in lookups.LookupList.Lookup[index].SubTable:
                    found |= getattr(table, "ExtSubTable", table).mapping
    return found


def kerning(font, glyphs):
    """The pairs of `glyphs` that stand closer or wider than others, with by how much."""
    found = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        # Within a lookup the first table that knows a pair decides.
        decided = set()
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if table.LookupType == 2:
                for pair, by in pairs(table, glyphs):
                    if pair not in decided:
                        decided.add(pair)
                        found[pair] = found.get(pair, 0) + by
    return {pair: by for pair, by in found.items() if abs(by) >= LEAST_KERN}


def pairs(table, glyphs):
    for place, first in enumerate(table.Coverage.glyphs):
        if first not in glyphs:
            continue
        if table.Format == 1:
            for record in table.PairSet[place].PairValueRecord:
                if record.SecondGlyph in glyphs:
                    yield (first, record.SecondGlyph), advance(record)
        else:
            row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)].Class2Record
            for second in glyphs:
                yield (first, second), advance(row[table.ClassDef2.classDefs.get(second, 0)])


def advance(record):
    return getattr(record.Value1, "XAdvance", 0)


def make(source, target):
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": WEIGHTS})
    # The page asks for tabular figures everywhere, so they are the only ones.
    stands_for = tabular(font)
    for table in font["cmap"].tables:
        table.cmap = {code: stands_for.get(glyph, glyph) for code, glyph in table.cmap.items()}
    names = font.getBestCmap()
    kerned = kerning(font, {names[ord(sign)] for sign in KERNED})
    for glyph in font.getGlyphOrder():
        # The subsetter expects every glyph to say how it varies, those that do not as well.
        if glyph not in font["gvar"].variations:
            font["gvar"].variations[glyph] = []
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=False, name_IDs=[1, 2])
    options.drop_tables += ["STAT", "GDEF", "GSUB", "GPOS", "HVAR", "MVAR", "avar", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(sign) for sign in SIGNS])
    subsetter.subset(font)
    rules = "".join(f"pos {first} {second} {by};" for (first, second), by in sorted(kerned.items()))
    addOpenTypeFeaturesFromString(font, f"languagesystem DFLT dflt; feature kern {{ {rules} }} kern;")
    font.flavor = "woff2"
    font.save(target)


make(sys.argv[1], pathlib.Path(__file__).with_name("inter.woff2"))
