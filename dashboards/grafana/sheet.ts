import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type GridPos,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { DATASOURCE } from './datasource.ts';
import type { InfluxQuery } from './influx-query.ts';
import { type Choice, variable } from './variables.ts';
import { HOW_TO_READ, OTHER_DASHBOARDS } from './words/shared.ts';
import { type DashboardWords, type Language, type PanelWords, say } from './words.ts';

/** The width of Grafana's grid. */
const COLUMNS = 24;

/** What every panel builder of the SDK has. */
interface AnyPanelBuilder {
  id(id: number): unknown;
  title(title: string): unknown;
  description(description: string): unknown;
  gridPos(place: GridPos): unknown;
  datasource(datasource: typeof DATASOURCE): unknown;
  withTarget(target: InfluxQuery): unknown;
  build(): Panel;
}

/** A dashboard before it has panels. `from` and `to` are Grafana's relative times. */
export interface SheetSettings {
  id: string;
  words: DashboardWords;
  language: Language;
  choices: readonly Choice[];
  from: string;
  to: string;
  refresh: string;
}

/** One dashboard: panels stand in reading order, from left to right, each with the words of its name. */
export class Sheet {
  readonly #settings: SheetSettings;
  readonly #builder: DashboardBuilder;
  #next = { id: 1, x: 0, y: 0, rowHeight: 0 };

  constructor(settings: SheetSettings) {
    const { id, words, language, choices, from, to, refresh } = settings;
    this.#settings = settings;
    this.#builder = new DashboardBuilder(say(words.title, language))
      .uid(`fabmeter-${id}-${language}`)
      .description(say(words.description, language))
      .tags(['fabmeter', `fabmeter-${language}`])
      .timezone('browser')
      .weekStart('monday')
      .tooltip(DashboardCursorSync.Crosshair)
      .time({ from, to })
      .refresh(refresh)
      .variables(choices.map((choice) => variable(choice, language)))
      .link(
        new DashboardLinkBuilder(say(OTHER_DASHBOARDS, language))
          .type(DashboardLinkType.Dashboards)
          .tags([`fabmeter-${language}`])
          .asDropdown(true)
          .includeVars(true),
      );
    this.#addText();
  }

  #addText(): void {
    const { words, language } = this.#settings;
    const text = new TextBuilder().mode(TextMode.Markdown).content(say(words.read, language));
    text.title(say(HOW_TO_READ, language)).description(say(words.description, language));
    this.#builder.withPanel(text.id(this.#takeId()).gridPos(this.#place(COLUMNS, 3)));
  }

  /** Adds the panel with the words of `name`; its queries are A, B, C … in order. */
  add(name: string, panel: AnyPanelBuilder, [width, height]: readonly [number, number], queries: InfluxQuery[]): void {
    const { language } = this.#settings;
    const { title, description } = this.#wordsOf(name);
    panel.id(this.#takeId());
    panel.title(say(title, language));
    panel.description(say(description, language));
    panel.datasource(DATASOURCE);
    panel.gridPos(this.#place(width, height));
    for (const [index, query] of queries.entries()) panel.withTarget(query.refId(String.fromCharCode(65 + index)));
    this.#builder.withPanel(panel);
  }

  #wordsOf(name: string): PanelWords {
    const words = this.#settings.words.panels[name];
    if (!words) throw new RangeError(`Cannot add the panel "${name}": it has no words`);
    return words;
  }

  #takeId(): number {
    return this.#next.id++;
  }

  #place(width: number, height: number): GridPos {
    const next = this.#next;
    if (next.x + width > COLUMNS) {
      next.x = 0;
      next.y += next.rowHeight;
      next.rowHeight = 0;
    }
    const place = { x: next.x, y: next.y, w: width, h: height };
    next.x += width;
    next.rowHeight = Math.max(next.rowHeight, height);
    return place;
  }

  build(): Dashboard {
    return this.#builder.build();
  }
}
