namespace ImageHub.Infrastructure;

/// <summary>Thrown if a setting prevents the server from starting.</summary>
/// <param name="key">The setting's key, with colons.</param>
/// <param name="allowed">The allowed values, or the reason why the value is rejected. The message adds the full stop.</param>
public sealed class SettingException(string key, string allowed) : Exception($"{key}: {allowed}.");
