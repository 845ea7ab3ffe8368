using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ImageHub.Api.Web;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Architecture;

/// <summary>Compares <c>docs/configuration.md</c> with the options classes. <c>IMAGEHUB_REFRESH_CONFIGURATION=1</c> rewrites the document.</summary>
public sealed partial class ConfigurationReferenceTests
{
    private const string Preface =
        """
        # Configuration

        Every setting of the options classes, written by their test (`IMAGEHUB_REFRESH_CONFIGURATION=1`). Set them as environment variables, under the same keys in `appsettings.json`
        beside the program (`:` in place of `__`), or as `--Key:Sub=value` on the command line. If a value is wrong, the server does not start and prints one line that names the setting.
        An unknown setting in one of these sections also stops the start; the line then names the most similar setting.

        In addition: `ConnectionStrings__ImageHub` (an Npgsql connection string; absent: the embedded PostgreSQL), `ASPNETCORE_URLS` (`http://localhost:5080`), and the framework's
        own `Logging__…`.

        | setting | default | meaning |
        |---|---|---|

        """;

    private static readonly Assembly[] Assemblies = [typeof(StorageOptions).Assembly, typeof(DataDirectory).Assembly, typeof(WebOptions).Assembly];

    private readonly Dictionary<string, string> summaries = Assemblies
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")), StringComparer.Ordinal);

    [Fact]
    public void The_configuration_reference_matches_the_options_classes()
    {
        var reference = new StringBuilder(Preface.ReplaceLineEndings("\n"));
        var options = Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.GetField("Section")?.IsLiteral == true);
        foreach (var (section, type) in options.Select(type => ((string)type.GetField("Section")!.GetRawConstantValue()!, type)).OrderBy(pair => pair.Item1, StringComparer.Ordinal))
        {
            Append(reference, section, type, Activator.CreateInstance(type));
        }

        var file = Repository.PathOf("docs", "configuration.md");
        if (Environment.GetEnvironmentVariable("IMAGEHUB_REFRESH_CONFIGURATION") == "1")
        {
            File.WriteAllText(file, reference.ToString());
        }

        File.ReadAllText(file).ReplaceLineEndings("\n").ShouldBe(reference.ToString());
    }

    private void Append(StringBuilder reference, string prefix, Type type, object? defaults)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{prefix}__{property.Name}";
            var value = defaults is null ? null : property.GetValue(defaults);
            if (value is IDictionary entries)
            {
                reference.Append(CultureInfo.InvariantCulture, $"| `{key}__<name>__…` |  | {summaries[$"P:{type.FullName}.{property.Name}"]} |\n");
                foreach (DictionaryEntry entry in entries)
                {
                    Append(reference, $"{key}__{entry.Key}", entry.Value!.GetType(), entry.Value);
                }
            }
            else if (Assemblies.Contains(property.PropertyType.Assembly) && property.PropertyType.IsClass)
            {
                Append(reference, key, property.PropertyType, value ?? (Nullable(property) ? Activator.CreateInstance(property.PropertyType) : null));
            }
            else
            {
                reference.Append(CultureInfo.InvariantCulture, $"| `{key}` | {Show(value)} | {summaries[$"P:{type.FullName}.{property.Name}"]}{Allowed(property)} |\n");
            }
        }
    }

    private static bool Nullable(PropertyInfo property) => new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static string Show(object? value) => value switch
    {
        null or "" => "",
        bool isSet => isSet ? "`true`" : "`false`",
        IEnumerable list and not string => string.Join(", ", list.Cast<object>().Select(Show)),
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    private static string Allowed(PropertyInfo property)
    {
        var type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
        {
            return $" One of {string.Join(", ", Enum.GetNames(type).Select(name => $"`{name}`"))}.";
        }

        return property.GetCustomAttribute<RangeAttribute>() is { } range ? string.Create(CultureInfo.InvariantCulture, $" {range.Minimum} to {range.Maximum}.") : "";
    }

    /// <summary>Converts a summary to a single line of Markdown.</summary>
    private static string Text(XElement? summary)
    {
        if (summary is null)
        {
            return "";
        }

        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XText words => words.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement reference => $"`{reference.Attribute("cref")?.Value.Split('.')[^1] ?? reference.Attribute("langword")?.Value ?? reference.Value}`",
            _ => "",
        }));
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1_000)]
    private static partial Regex Spaces();
}
