export type MaxOutputField = 'max_tokens' | 'max_completion_tokens';

/** Where an editable field stands, in offsets of the memory that was scanned. */
export interface FieldSpan {
  /** Offset of the key's opening quote. */
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
}

export interface EditableSpans {
  readonly model: FieldSpan;
  readonly stream_options: FieldSpan | null;
  readonly max_tokens: FieldSpan | null;
  readonly max_completion_tokens: FieldSpan | null;
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
  /** A field by which an aggregator would serve something else than `model`; the gateway must not forward it. */
  readonly reroutes: string | null;
  readonly spans: EditableSpans;
  /** The client's `stream_options` without `include_usage`. */
  readonly otherStreamOptions: Readonly<Record<string, unknown>>;
}
