# SPDX-License-Identifier: MPL-2.0
# Some workloads, one block each, one line a strategy: median with its spread.
# Rows of the data file: line, value, low, high, point type, colour, strategy; a line of its own
# names each block: line, workload (in index 1).
set terminal svg size 760, 70 + 17 * lines fixed noenhanced font "sans-serif,12"
set output output
set logscale x
set xrange [low:high]
set yrange [lines + 0.5:0.5]
set border 1 linecolor rgb ink
set tics textcolor rgb ink scale 0.6
set xtics nomirror format "%g"
set ytics nomirror scale 0
set grid xtics linetype 1 linewidth 0.6 linecolor rgb grid_colour
set xlabel label textcolor rgb ink
set lmargin margin
plot data index 0 using 2:1:3:4:6:ytic(7) with xerrorbars pointtype 0 linewidth 1 linecolor rgb variable notitle, \
     data index 0 using 2:1:5:6 with points pointtype variable pointsize 0.85 linecolor rgb variable notitle, \
     data index 1 using (low):1:2 with labels left offset character 0.5, 0 font "sans-serif Bold,12" textcolor rgb ink notitle
