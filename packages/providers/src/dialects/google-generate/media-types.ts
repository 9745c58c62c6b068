const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/;

interface InlineMedia {
  readonly mimeType: string;
  /** Base64. */
  readonly data: string;
}

/** What a `data:` URL holds, or `null` for any other address. */
export function inlineMedia(url: string): InlineMedia | null {
  const head = DATA_URL.exec(url.slice(0, 200));
  if (head === null) return null;
  return { mimeType: ordinary(head[1] ?? ''), data: url.slice(head[0].length) };
}

export function dataUrl(mimeType: string, data: string): string {
  return `data:${mimeType};base64,${data}`;
}

/** Names that clients use and Google does not. */
function ordinary(type: string): string {
  const lower = type.toLowerCase();
  return lower === 'image/jpg' ? 'image/jpeg' : lower;
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

/** What an address seems to lead to, by its ending: Google wants to be told. */
export function typeOfAddress(url: string, otherwise: string): string {
  const extension = /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(url.slice(0, 4096))?.[1]?.toLowerCase() ?? '';
  return BY_EXTENSION[extension] ?? otherwise;
}

const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', pcm16: 'audio/L16;rate=24000' };

/** OpenAI's word for a format of sound as a media type. */
export function audioType(format: string | null): string {
  if (format === null) return 'audio/wav';
  return AUDIO_TYPES[format] ?? `audio/${format}`;
}

/** The reverse. */
export function audioFormat(mimeType: string): string {
  const type = mimeType.toLowerCase().split(';')[0] ?? '';
  if (type === 'audio/l16' || type === 'audio/pcm') return 'pcm16';
  return type === 'audio/mpeg' ? 'mp3' : type.replace(/^audio\/(?:x-)?/, '');
}

/** Google's own keeping: files that were uploaded to it, and buckets that the operator's account may read. */
const KEPT =
  /^gs:|^(?:https?:)?\/\/(?:[\w-]+\.)*(?:generativelanguage|storage|aiplatform)\.googleapis\.com(?:[:/]|$)|^\/?files\//i;
/** Links that were signed are for whoever has them. */
const SIGNED = /[?&]X-Goog-Signature=/i;

/**
 * Whether an address leads to what the provider keeps for the account that calls it. All tenants of a deployment share that
 * account, so that none of them may refer to it.
 */
export function isKeptByProvider(uri: string): boolean {
  const address = uri.trim();
  return KEPT.test(address) && !(SIGNED.test(address) && /^https:\/\/storage\./i.test(address));
}
