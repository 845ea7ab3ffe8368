namespace ImageHub.Infrastructure;

/// <summary>Thrown if a setting prevents the server from starting.</summary>
/// <param name="key">The setting's key, with colons.</param>
/// <param name="allowed">The allowed values.</param>
public sealed class SettingException(string key, string allowed) : Exception($"{key}: {allowed}.");
