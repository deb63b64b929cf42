"""The edges of histograms. A limit that is promised or set stands on one, so a share is exact."""

CALL_BUCKETS_S = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
JOB_BUCKETS_S = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
CANARY_BUCKETS_S = (1, 5, 10, 30, 60, 120, 300)
HTTP_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 1, 5)
