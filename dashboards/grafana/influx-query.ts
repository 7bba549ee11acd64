import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATASOURCE } from './datasource.ts';

/** How Grafana lays out the answer: lines over time, or one table. */
export type ResultFormat = 'time_series' | 'table';

/** One InfluxQL query of a panel, as Grafana stores it; the SDK knows none. */
export interface InfluxTarget extends Dataquery {
  refId: string;
  datasource: typeof DATASOURCE;
  rawQuery: true;
  query: string;
  resultFormat: ResultFormat;
  alias?: string;
}

/** Builds one InfluxQL query of a panel. */
export class InfluxQuery implements Builder<Dataquery> {
  readonly #query: string;
  #refId = 'A';
  #format: ResultFormat = 'time_series';
  #alias: string | undefined;

  constructor(query: string) {
    this.#query = query;
  }

  /** The letter by which the panel knows it. */
  refId(refId: string): this {
    this.#refId = refId;
    return this;
  }

  /** Asks for a table: one column for each tag and field. */
  asTable(): this {
    this.#format = 'table';
    return this;
  }

  /** The name of its lines; `$tag_lab` stands for a tag. */
  alias(alias: string): this {
    this.#alias = alias;
    return this;
  }

  build(): InfluxTarget {
    const target = {
      refId: this.#refId,
      datasource: DATASOURCE,
      rawQuery: true as const,
      query: this.#query,
      resultFormat: this.#format,
      ...(this.#alias === undefined ? {} : { alias: this.#alias }),
    };
    // The marker of the SDK's type is a function, which no JSON holds.
    return target as InfluxTarget;
  }
}
