import type { Extensions } from '../../conversation.js';
import type { FormFile } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';

/** A picture to start from: in the form that the client sent, or as base64 in its document. */
export type SourceImage =
  | { readonly kind: 'file'; readonly file: FormFile }
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string };

export interface ImagesRequest {
  readonly model: string;
  readonly prompt: string;
  /** How many pictures are wanted. */
  readonly n: number;
  /** `<width>x<height>` or `auto`; `null` is the model's default. */
  readonly size: string | null;
  readonly quality: string | null;
  readonly background: string | null;
  /** `png`, `jpeg`, `webp`. */
  readonly outputFormat: string | null;
  readonly outputCompression: number | null;
  readonly responseFormat: 'url' | 'b64_json' | null;
  readonly moderation: string | null;
  readonly style: string | null;
  readonly endUser: string | null;
  readonly stream: boolean;
  /** Unfinished pictures that a stream shows on the way. */
  readonly partialImages: number;
  /** Pictures to edit; empty where one is made from nothing. */
  readonly sources: readonly SourceImage[];
  /** What of the first picture may be changed. */
  readonly mask: SourceImage | null;
  readonly inputFidelity: string | null;
  readonly extensions: Extensions;
}

export interface GeneratedImage {
  readonly base64: string | null;
  readonly url: string | null;
  readonly mediaType: string | null;
  readonly revisedPrompt: string | null;
}

export interface Images {
  /** Unix seconds; `null` where the provider does not say. */
  readonly created: number | null;
  readonly images: readonly GeneratedImage[];
  readonly usage: ReadUsage | null;
  /** What the provider says of the pictures as a whole: `size`, `quality`, `background`, `output_format`. */
  readonly properties: Extensions;
}
