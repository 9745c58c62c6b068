/** Written by the build from the declarations of `@tollgate/providers`. */
declare module 'virtual:provider-table' {
  export const PROVIDER_TABLE: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly defaultBaseUrl: string | null;
    /** How a base URL looks that has to be brought. */
    readonly baseUrlTemplate: string | null;
    readonly needsSecret: boolean;
    /** What kind of secret it takes. */
    readonly authentication: string;
    /** Where to get one. */
    readonly credentialUrl: string | null;
    /** The name of the cap on the output that every model of the provider takes. */
    readonly outputCapField: string;
  }[];
}
