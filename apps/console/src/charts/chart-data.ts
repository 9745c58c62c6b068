/** One line or one layer of a chart. */
export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  /** Lines that are told apart by more than their colour. */
  readonly dashed?: boolean;
}

/** A span of time with a value for each series; null where there is none, which is a gap and not a zero. */
export interface ChartPoint {
  readonly label: string;
  readonly complete: boolean;
  readonly values: Readonly<Record<string, number | null>>;
  /** The same values as they are read. */
  readonly texts: Readonly<Record<string, string>>;
  /** The same values to the last digit, as a spreadsheet takes them. */
  readonly exact: Readonly<Record<string, string>>;
}

export interface ChartData {
  readonly series: readonly ChartSeries[];
  readonly points: readonly ChartPoint[];
}
