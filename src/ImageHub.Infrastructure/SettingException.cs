namespace ImageHub.Infrastructure;

/// <summary>A setting that keeps the server from starting.</summary>
/// <param name="key">The setting's key, with colons.</param>
/// <param name="allowed">What it may be.</param>
public sealed class SettingException(string key, string allowed) : Exception($"{key}: {allowed}.");
