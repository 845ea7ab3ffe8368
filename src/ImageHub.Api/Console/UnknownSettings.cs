using System.Collections;
using System.Reflection;
using ImageHub.Api.Requests;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Console;

/// <summary>Finds settings in this program's sections that no options class binds. These settings would have no effect.</summary>
internal static class UnknownSettings
{
    private const string SectionField = "Section";
    private const string ConnectionString = "ConnectionStrings:ImageHub";

    /// <summary>The first unknown key with its error text, or null.</summary>
    /// <param name="services">The services, which bind options classes to sections.</param>
    /// <param name="configuration">The settings.</param>
    public static (string Key, string Text)? Find(IServiceCollection services, IConfiguration configuration)
    {
        var bound = services
            .Select(service => service.ServiceType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>))
            .Select(type => type.GetGenericArguments()[0])
            .Append(typeof(ProxyOptions))
            .Distinct();
        foreach (var type in bound)
        {
            if (type.GetField(SectionField)?.GetRawConstantValue() is string section && FindUnknown(configuration.GetSection(section), type) is { } key)
            {
                return (key, $"there is no such setting{Nearest.Hint(key, Keys(section, type, key), quote: "")}");
            }
        }

        // The program has only one connection string. Another name would start a new gallery on the embedded database.
        return configuration.GetSection("ConnectionStrings").GetChildren().FirstOrDefault(child => !child.Path.Equals(ConnectionString, StringComparison.OrdinalIgnoreCase)) is { } other
            ? (other.Path, $"there is no such setting; the nearest is {ConnectionString}")
            : null;
    }

    /// <summary>The first key below a section that matches no property of the type.</summary>
    private static string? FindUnknown(IConfigurationSection section, Type type) => section.GetChildren()
        .Select(child => FindProperty(type, child.Key)?.PropertyType switch
        {
            null => FirstKey(child),
            var property when EntryType(property) is { } entry => child.GetChildren().Select(named => FindUnknown(named, entry)).FirstOrDefault(key => key is not null),
            var property when IsOptions(property) => FindUnknown(child, property),
            var property when property != typeof(string) && property.IsAssignableTo(typeof(IEnumerable)) => null,
            _ => child.GetChildren().Select(FirstKey).FirstOrDefault(),
        })
        .FirstOrDefault(key => key is not null);

    /// <summary>A value's full key.</summary>
    private static string FirstKey(IConfigurationSection section) => section.GetChildren().FirstOrDefault() is { } child ? FirstKey(child) : section.Path;

    /// <summary>The known keys. For a dictionary, the entry's name is taken from the unknown key.</summary>
    private static IEnumerable<string> Keys(string prefix, Type type, string wrong) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
    {
        var key = $"{prefix}:{property.Name}";
        if (EntryType(property.PropertyType) is not { } entry)
        {
            return IsOptions(property.PropertyType) ? Keys(key, property.PropertyType, wrong) : [key];
        }

        return wrong.Length > key.Length + 1 ? Keys($"{key}:{wrong[(key.Length + 1)..].Split(':')[0]}", entry, wrong) : [];
    });

    private static PropertyInfo? FindProperty(Type type, string name) =>
        Array.Find(type.GetProperties(BindingFlags.Public | BindingFlags.Instance), property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The options type of a dictionary's entries, or null for other types.</summary>
    private static Type? EntryType(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static bool IsOptions(Type type) => type is { IsClass: true, Namespace: { } space } && space.StartsWith(nameof(ImageHub), StringComparison.Ordinal);
}
