# SPDX-License-Identifier: MPL-2.0
# One curve a strategy over a size in bytes: median with its spread, both axes logarithmic.
# Rows of the data file, one index a strategy: size, value, low, high. The styles come as the words
# of `names`, `colours` and `shapes`.
set terminal svg size 860, (words(names) > 15 ? 100 + 20 * words(names) : 400) fixed noenhanced font "sans-serif,13"
set output output
set logscale x 2
set logscale y
set xrange [first / 1.2:last * 1.2]
set border 3 linecolor rgb ink
set tics nomirror textcolor rgb ink scale 0.6
set format y "%g"
set grid xtics ytics linetype 1 linewidth 0.6 linecolor rgb grid_colour
set xlabel axis textcolor rgb ink
set ylabel label textcolor rgb ink
set key rmargin top vertical Left reverse width 2 textcolor rgb ink samplen 1.5
colour(i) = word(colours, i)
plot for [i = 1:words(names)] data index i - 1 using 1:2:3:4 with yerrorlines \
     pointtype int(word(shapes, i)) pointsize 0.85 linewidth 1.4 linecolor rgb colour(i) \
     title word(names, i)
