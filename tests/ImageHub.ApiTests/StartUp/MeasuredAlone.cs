namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// Tests that must run alone: the soak uses all processors, and other load would distort the memory tests. While many threads wait for a processor, the
/// runtime's compiler holds tens of megabytes longer.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MeasuredAlone;
