import { expect, test } from "bun:test";
import { Histogram, histogramText } from "./histogram.ts";

test("an observation falls into the first bucket that it fits, and into none above the last", () => {
  const histogram = new Histogram([0, 1, 5]);
  for (const value of [0, 1, 2, 5, 60]) histogram.observe(value);
  expect([...histogram.lines("h", 'of="x"')]).toEqual([
    'h_bucket{of="x",le="0"} 1',
    'h_bucket{of="x",le="1"} 2',
    'h_bucket{of="x",le="5"} 4',
    'h_bucket{of="x",le="+Inf"} 5',
    'h_sum{of="x"} 68',
    'h_count{of="x"} 5',
  ]);
});

test("a label's value is quoted", () => {
  const text = histogramText({ name: "h", help: "Help.", label: "of" }, [['"', new Histogram([])]]);
  expect(text).toStartWith('# HELP h Help.\n# TYPE h histogram\nh_bucket{of="\\"",le="+Inf"} 0\n');
});
