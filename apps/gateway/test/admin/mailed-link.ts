import type { AdminApi } from './admin-api.js';

/** The token of the newest link to a page that was mailed to somebody: without a mail server, mails stand in the log. */
export function mailedToken({ log }: Pick<AdminApi, 'log'>, to: string, page: string): string {
  const link = new RegExp(`http://localhost:\\d+${page}#token=(\\w+)`);
  const mail = log.findLast((line) => line.includes(`"to":"${to}"`) && link.test(line));
  const token = link.exec(mail ?? '')?.[1];
  if (token === undefined) throw new Error(`no link to ${page} was mailed to ${to}: ${log.slice(-5).join('\n')}`);
  return token;
}
