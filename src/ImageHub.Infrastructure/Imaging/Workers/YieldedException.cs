namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Thrown if a file yielded its worker to another account and must start again.</summary>
internal sealed class YieldedException : Exception;
