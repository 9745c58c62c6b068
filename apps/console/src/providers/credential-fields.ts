/** What the form of a new credential holds. */
export interface CredentialFields {
  readonly provider: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly secret: string;
}
