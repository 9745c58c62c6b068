/**
 * Every advisory lock that the product takes, in one place: the numbers share one space per database, and two meanings
 * under one number would wait for each other for ever.
 */
export const ADVISORY_LOCKS = {
  migrations: 7_270_736_901,
  pricePublication: 7_270_736_902,
  usagePartitions: 7_270_736_903,
  bootstrap: 7_270_736_904,
  singleGateway: 7_270_736_905,
  selfAudit: 7_270_736_906,
  configuration: 7_270_736_907,
  repricing: 7_270_736_920,
} as const;
