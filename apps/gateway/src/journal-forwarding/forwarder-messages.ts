/** What the gateway and its forwarder thread tell each other. */
export type ToForwarder =
  /** Follow the journal in this folder from now on. */
  | { readonly kind: 'follow'; readonly directory: string }
  /** The journal is closed: forward what remains, then end. */
  | { readonly kind: 'drain' };

export type FromForwarder =
  /** Journals of dead gateways are in the inbox, their open intents as crashed requests. */
  | { readonly kind: 'adopted'; readonly journals: number; readonly events: number; readonly crashed: number }
  | { readonly kind: 'progress'; readonly forwardedTo: number | null }
  | { readonly kind: 'trouble'; readonly message: string }
  /** Nothing more will be forwarded by this thread. */
  | { readonly kind: 'drained'; readonly everything: boolean };

export interface ForwarderData {
  readonly journalRoot: string;
  readonly databaseUrl: string;
}
