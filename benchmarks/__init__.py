"""Speed, memory and load: `kaihu bench engines|onboarding|load`. Ratios come from one run."""
