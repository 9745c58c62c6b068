/** The names under which dialects take the cap on the output. */
export type MaxOutputField = 'max_tokens' | 'max_completion_tokens' | 'max_output_tokens' | 'maxOutputTokens';

/** Where an editable field stands, in offsets of the memory that was scanned. */
export interface FieldSpan {
  /** Offset of the key's opening quote. */
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
}

/** Where a field that the client did not give can be written, and what has to stand around it there. */
export interface FieldPlace {
  readonly at: number;
  readonly before: string;
  readonly after: string;
}

export interface EditableSpans {
  /** `null` where the address names the model. */
  readonly model: FieldSpan | null;
  readonly stream_options: FieldSpan | null;
  /** The cap on the output as it was given, under each of its names. */
  readonly caps: Readonly<Partial<Record<MaxOutputField, FieldSpan>>>;
  /** Where new fields go at the top level: behind the value of one that is surely there. */
  readonly behind: number;
  /** Where a cap goes that stands deeper than at the top level; `null` where it does not. */
  readonly capPlace: FieldPlace | null;
}

/** What the gateway has to know of a request, whatever its dialect, read from its top level only. */
export interface ScannedRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client is to see the usage at the end of a stream: not every dialect leaves it to be asked for. */
  readonly includeUsage: boolean;
  readonly maxOutputTokens: number | null;
  /** The field in which the client gave `maxOutputTokens`. */
  readonly maxOutputField: MaxOutputField | null;
  readonly n: number;
  /** The caller's own user. */
  readonly endUser: string | null;
  /** `metadata` as `key:value`, at most 16, without `user_id`. */
  readonly tags: readonly string[];
  readonly serviceTier: string | null;
  /** Models that may answer where `model` does not, in their order. */
  readonly furtherModels: readonly string[];
  /** A field by which an aggregator would serve something else than `model`; the gateway must not forward it. */
  readonly reroutes: string | null;
  readonly spans: EditableSpans;
  /** The client's `stream_options` without `include_usage`. */
  readonly otherStreamOptions: Readonly<Record<string, unknown>>;
}
