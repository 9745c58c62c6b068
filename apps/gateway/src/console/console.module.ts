import { Module } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { CONSOLE_FILES, ConsoleRoutes } from './console-routes.js';

/** As it is built; the way there is the same from `src` and from `dist`. */
const BUILT = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** What people see in a browser. */
@Module({ providers: [{ provide: CONSOLE_FILES, useValue: BUILT }, ConsoleRoutes] })
export class ConsoleModule {}
