namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// Tests beside which no other test runs. The soak uses all processors. Memory is measured without it: where the runtime's compiler waits for a processor in many
/// threads, it holds tens of megabytes longer.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MeasuredAlone;
