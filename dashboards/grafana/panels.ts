import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { NO_VALUE } from './words/shared.ts';
import { type Language, say, type Text } from './words.ts';

/** Units of figures, by what Grafana calls them. */
export const UNITS = {
  count: 'none',
  hours: 'suffix:h',
  share: 'percentunit',
  watts: 'watt',
  kilowattHours: 'kwatth',
} as const;
/** A unit of figures. */
export type Unit = keyof typeof UNITS;

/** Decimals that a unit is worth. */
const DECIMALS: Record<Unit, number> = { count: 0, hours: 1, share: 0, watts: 0, kilowattHours: 1 };
/** A state is written at each full hour: after two without one, nobody knows it. */
const STATE_HOLDS_MS = 2 * 3_600_000;

/** What all panels with figures have in common. */
interface Figures<B> {
  unit(unit: string): B;
  decimals(decimals: number): B;
  noValue(text: string): B;
}

function figures<B extends Figures<B>>(panel: B, unit: Unit, language: Language): B {
  return panel.unit(UNITS[unit]).decimals(DECIMALS[unit]).noValue(say(NO_VALUE, language));
}

/** Large figures: one for each line of the queries. */
export function stat(unit: Unit, language: Language): StatBuilder {
  return figures(new StatBuilder(), unit, language)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

/** Horizontal bars from zero: one for each line of the queries. */
export function bars(unit: Unit, language: Language): BarGaugeBuilder {
  return figures(new BarGaugeBuilder(), unit, language)
    .min(0)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('#1f5fa8'))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
}

/** Lines over time from zero. Holes stay holes, unless they are shorter than `bridgedMs`. */
export function lines(unit: Unit, language: Language, bridgedMs = 0): TimeSeriesBuilder {
  return figures(new TimeSeriesBuilder(), unit, language)
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(bridgedMs === 0 ? false : bridgedMs)
    .legend(legend());
}

/** Bars over time from zero, stacked on each other or side by side. */
export function columns(unit: Unit, language: Language, stacking: 'stacked' | 'beside'): TimeSeriesBuilder {
  return figures(new TimeSeriesBuilder(), unit, language)
    .min(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(stacking === 'stacked' ? StackingMode.Normal : StackingMode.None))
    .legend(legend());
}

/** States over time, one line each; blank where none is known. */
export function states(language: Language): StateTimelineBuilder {
  return figures(new StateTimelineBuilder(), 'count', language)
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .lineWidth(0)
    .fillOpacity(90)
    .insertNulls(STATE_HOLDS_MS)
    .legend(legend());
}

/** One column of a table: its name in the query, its words and, when it is not the table's, its unit. */
export interface Column {
  name: string;
  words?: Text;
  unit?: Unit;
  mappings?: ValueMapping[];
  isHidden?: boolean;
}

/** A table: each query gives rows with the same tags; they are joined into one line for each set of tags. */
export function table(unit: Unit, language: Language, listed: readonly Column[]): TableBuilder {
  const built = figures(new TableBuilder(), unit, language);
  const hidden = listed.filter(({ isHidden }) => isHidden).map(({ name }) => name);
  if (hidden.length > 0)
    built.withTransformation({ id: 'filterFieldsByName', options: { exclude: { names: hidden } } });
  built.withTransformation({ id: 'merge', options: {} });
  for (const column of listed) if (!column.isHidden) built.overrideByName(column.name, properties(column, language));
  return built;
}

function properties({ words, unit, mappings }: Column, language: Language): DynamicConfigValue[] {
  const listed: DynamicConfigValue[] = [];
  if (words) listed.push({ id: 'displayName', value: say(words, language) });
  if (unit) listed.push({ id: 'unit', value: UNITS[unit] }, { id: 'decimals', value: DECIMALS[unit] });
  if (mappings) listed.push({ id: 'mappings', value: mappings });
  return listed;
}

/** The column of times of a table whose rows are about the whole time chosen. */
export const NO_TIME: Column = { name: 'Time', isHidden: true };
