import { fileNameOf, saveFile } from '../page/save-file.js';

/** Sharp enough for a slide. */
const PIXEL_RATIO = 2;
const PADDING_PX = 16;

/** Saves a chart as it stands on the page. */
export async function saveImage(title: string, chart: HTMLElement): Promise<void> {
  const { toPng } = await import('html-to-image');
  const url = await toPng(chart, {
    pixelRatio: PIXEL_RATIO,
    preferredFontFormat: 'woff2',
    width: chart.offsetWidth + 2 * PADDING_PX,
    height: chart.offsetHeight + 2 * PADDING_PX,
    style: { padding: `${PADDING_PX}px`, boxSizing: 'border-box' },
  });
  saveFile(url, `${fileNameOf(title)}.png`);
}
