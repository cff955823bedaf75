#!/bin/sh
# Makes the fonts of this folder from those of Debian's package fonts-noto-core (20201225-1), with fonttools:
#   sh subset.sh FOLDER, the folder with the package's NotoSans-Regular.ttf and so on
# Latin, Greek, Cyrillic, Hebrew, punctuation, currencies, arrows and the usual symbols are kept, without hints.
set -eu
cd "$(dirname "$0")"
names="--name-IDs=0,1,2,3,4,5,6,13,14 --no-hinting --notdef-outline"
letters="U+0020-024F,U+0259,U+02BB-02BC,U+02C6-02DD,U+0300-036F,U+0370-03FF,U+0400-045F,U+048A-04FF,U+1E00-1EFF"
signs="U+2000-2022,U+2024-206F,U+2070-209F,U+20A0-20BF,U+2100-2138,U+2150-215F,U+FB00-FB06,U+FFFD"
hebrew="U+0020,U+0590-05FF,U+200C-200F,U+20AA,U+25CC,U+FB1D-FB4F"
math="U+2190-2199,U+21D0-21D5,U+2200-2211,U+2212-221E,U+2227-222B,U+2248,U+2260-2265"
shapes="U+25A0-25FF,U+2605-2606,U+2610-2612,U+26A0-26A1,U+2713-2718,U+2764,U+2B50"
for weight in Regular Bold; do
    pyftsubset "$1/NotoSans-$weight.ttf" $names --layout-features=kern,mark,mkmk,ccmp,locl \
        --unicodes="$letters,$signs" --output-file="NotoSans-$weight.ttf"
    pyftsubset "$1/NotoSansHebrew-$weight.ttf" $names --layout-features=kern,mark,mkmk,ccmp,locl \
        --unicodes="$hebrew" --output-file="NotoSansHebrew-$weight.ttf"
done
pyftsubset "$1/NotoSansMath-Regular.ttf" $names --layout-features= --unicodes="$math" \
    --output-file=NotoSansMath-Regular.ttf
pyftsubset "$1/NotoSansSymbols2-Regular.ttf" $names --layout-features= --unicodes="$shapes" \
    --output-file=NotoSansSymbols2-Regular.ttf
