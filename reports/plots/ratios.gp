# SPDX-License-Identifier: MPL-2.0
# One line a strategy, one mark a workload: how many times the cost of the best on that workload.
# Rows of the data file: line, ratio, low, high, point type, colour, strategy.
set terminal svg size 760, 70 + 26 * lines fixed noenhanced font "sans-serif,13"
set output output
set logscale x
set xrange [least:limit]
set yrange [lines + 0.5:0.5]
set border 1 linecolor rgb ink
set tics textcolor rgb ink scale 0.6
set xtics nomirror format "%g×"
set ytics nomirror scale 0
set grid xtics ytics linetype 1 linewidth 0.6 linecolor rgb grid_colour
set xlabel label textcolor rgb ink
set lmargin margin
plot data using 2:1:3:4:6:ytic(7) with xerrorbars pointtype 0 linewidth 1 linecolor rgb variable notitle, \
     data using 2:1:5:6 with points pointtype variable pointsize 0.85 linecolor rgb variable notitle
