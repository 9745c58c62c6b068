import { Controller, Get, UseFilters } from '@nestjs/common';
import { API_PREFIX } from '@tollgate/wire';
import { buildOpenApiDocument } from '@tollgate/wire/openapi';
import { ProblemFilter } from '../http/problem.filter.js';

/** The description of the API, open to everybody: it holds nothing of anybody. */
@Controller(API_PREFIX.slice(1))
@UseFilters(ProblemFilter)
export class OpenApiController {
  readonly #document = buildOpenApiDocument();

  @Get('openapi.json')
  read(): object {
    return this.#document;
  }
}
