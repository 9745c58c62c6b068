import type { Picture } from './conversation.js';

const TAKEN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** Anthropic's limit for one image, the smallest among vendors. */
const MAX_BYTES = 5 * 1024 * 1024;

export type PictureProblem = 'tooLarge' | 'noImage';

/** Reads an image from a file, or says why it cannot go with a message. */
export async function readPicture(file: File): Promise<Picture | PictureProblem> {
  if (!TAKEN.includes(file.type)) return 'noImage';
  if (file.size > MAX_BYTES) return 'tooLarge';
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
  return { name: file.name, mediaType: file.type, base64: url.slice(url.indexOf(',') + 1) };
}
