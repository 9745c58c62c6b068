/** What Converse calls the formats of what is not text, by media type; source: .../APIReference/API_runtime_ContentBlock.html. */
const IMAGES: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};
const VIDEOS: Readonly<Record<string, string>> = {
  'video/x-matroska': 'mkv',
  'video/quicktime': 'mov',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/x-ms-wmv': 'wmv',
  'video/3gpp': 'three_gp',
};
const DOCUMENTS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};
const AUDIO_FORMATS = new Set(['mp3', 'opus', 'wav', 'aac', 'flac', 'mp4', 'ogg', 'mkv']);
const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/;

export interface Media {
  readonly kind: 'image' | 'video' | 'document';
  readonly format: string;
  /** Base64. */
  readonly bytes: string;
}

/** Base64 with its media type. Bare base64 is of the type that `bareType` says. */
export function base64Of(
  data: string,
  bareType: string | null,
): { readonly type: string; readonly bytes: string } | null {
  const head = DATA_URL.exec(data.slice(0, 200));
  if (head !== null) return { type: (head[1] ?? '').toLowerCase(), bytes: data.slice(head[0].length) };
  return bareType === null || data.includes(':') ? null : { type: bareType, bytes: data };
}

/** What the bytes are by their type; texts of types without a name of their own are plain. `null`: nothing that is taken. */
export function mediaOf({ type, bytes }: { readonly type: string; readonly bytes: string }): Media | null {
  for (const [kind, formats] of [
    ['image', IMAGES],
    ['video', VIDEOS],
    ['document', DOCUMENTS],
  ] as const) {
    const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
    if (format !== undefined) return { kind, format, bytes };
  }
  const isText = type.startsWith('text/') || type === 'application/json';
  return isText ? { kind: 'document', format: 'txt', bytes } : null;
}

export function isAudioFormat(format: string | null): format is string {
  return format !== null && AUDIO_FORMATS.has(format);
}
