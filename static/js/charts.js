// Draws the charts of a page with ECharts: <div data-chart="id"> names the JSON element that holds its data.
// Colours and type come from the tokens in app.css; every line carries its own name, so there is no legend.

const style = getComputedStyle(document.documentElement);
const token = (name) => style.getPropertyValue(name).trim();
const LINES = [token("--accent"), "#b5651d", "#4a6fa5", "#7a5195", "#5b8c3a", "#a0435c"];
const narrow = window.matchMedia("(width < 36rem)");

function lineSeries(series, index, unit) {
  return {
    type: "line",
    name: series.name,
    data: series.values,
    connectNulls: false,
    symbolSize: 6,
    lineStyle: { width: 2 },
    itemStyle: { color: LINES[index % LINES.length] },
    endLabel: {
      show: !narrow.matches,
      formatter: ({ seriesName, value }) => `${seriesName} ${value}${unit}`,
      color: LINES[index % LINES.length],
      fontSize: 12,
      distance: 8,
    },
    labelLayout: { moveOverlap: "shiftY" },
    emphasis: { focus: "series" },
  };
}

// The widest name beside its line, in pixels.
function roomForNames(series, unit, fontFamily) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `12px ${fontFamily}`;
  return 24 + Math.max(0, ...series.map(({ name }) => pen.measureText(`${name} 100.0${unit}`).width));
}

function options({ labels, series, unit }) {
  const { fontFamily } = getComputedStyle(document.body);
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily, color: token("--ink") },
    grid: {
      top: 16,
      left: 8,
      right: narrow.matches ? 16 : roomForNames(series, unit, fontFamily),
      bottom: narrow.matches ? 84 : 8,
      containLabel: true,
    },
    legend: { show: narrow.matches, top: "auto", bottom: 0, itemWidth: 14, itemHeight: 3 },
    // Drawn on the canvas: a strict content security policy allows no style attributes.
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => (value === null ? "—" : `${value}${unit}`) },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--line") } },
      axisLabel: { color: token("--ink-soft") },
    },
    yAxis: {
      type: "value",
      scale: true,
      max: (range) => Math.min(100, Math.ceil(range.max + 1)),
      min: (range) => Math.max(0, Math.floor((range.min - 2) / 5) * 5),
      axisLabel: { color: token("--ink-soft"), formatter: `{value}${unit}` },
      splitLine: { lineStyle: { color: token("--line") } },
    },
    series: series.map((one, index) => lineSeries(one, index, unit)),
  };
}

for (const box of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = window.echarts.init(box);
  const draw = () => chart.setOption(options(data), true);
  draw();
  narrow.addEventListener("change", draw);
  new ResizeObserver(() => chart.resize()).observe(box);
  window.addEventListener("beforeprint", () => chart.resize());
}
