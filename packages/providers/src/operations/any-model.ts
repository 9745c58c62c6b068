/** What a vendor does alike with every model, as an entry of its operations. */
export function anyModel<Operation>(operation: Operation): (upstreamModel: string) => Operation {
  return () => operation;
}
