namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>A file gave its worker to another account's and has to begin again.</summary>
internal sealed class YieldedException : Exception;
