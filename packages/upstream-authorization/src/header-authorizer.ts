import type { AuthorizableRequest, UpstreamAuthorizer } from './upstream-authorizer.js';

/** The headers of the request already hold all that is needed. */
export const noMoreHeaders: UpstreamAuthorizer = { headersFor: ({ headers }) => headers };

/**
 * One header behind those of a request, in place of an older one of its name. The headers of a route are the same list for
 * every request, and so is what this makes of them.
 */
export class AddedHeader {
  #last: { readonly given: readonly string[]; readonly value: string; readonly made: readonly string[] } | null = null;

  constructor(private readonly name: string) {}

  behind(given: readonly string[], value: string): readonly string[] {
    const last = this.#last;
    if (last?.given === given && last.value === value) return last.made;
    const made = [...without(given, this.name), this.name, value];
    this.#last = { given, value, made };
    return made;
  }
}

/** A key that stands in a header of its own. */
export class HeaderAuthorizer implements UpstreamAuthorizer {
  readonly #header: AddedHeader;

  constructor(
    name: string,
    private readonly value: string,
  ) {
    this.#header = new AddedHeader(name);
  }

  headersFor({ headers }: AuthorizableRequest): readonly string[] {
    return this.#header.behind(headers, this.value);
  }
}

function without(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== name);
}
