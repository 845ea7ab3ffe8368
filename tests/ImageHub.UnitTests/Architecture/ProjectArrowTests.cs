using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ImageHub.UnitTests.Architecture;

/// <summary>Arrows between the projects, read from the compiled assemblies: they point inward only.</summary>
public sealed class ProjectArrowTests
{
    private static readonly string[] Rooms = ["Domain", "Application", "Infrastructure", "Api", "Migrations"];

    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Application", "Domain")]
    [InlineData("Infrastructure", "Domain Application")]
    [InlineData("Migrations", "Domain Application Infrastructure")]
    [InlineData("Api", "Domain Application Infrastructure")]
    public void A_project_refers_to_nothing_but_what_lies_further_inside(string project, string allowed)
    {
        var outward = References(project).Except(allowed.Split(' ')).ToArray();

        outward.ShouldBeEmpty($"ImageHub.{project} refers to {string.Join(", ", outward)}");
    }

    [Fact]
    public void Of_the_api_only_what_puts_the_application_together_knows_the_infrastructure()
    {
        string[] composition = ["ImageHubApp", "Banner", "StartUpErrors", "AddCommand"];

        var types = Users("Api", "ImageHub.Infrastructure").Where(type => !composition.Any(name => type.StartsWith(name, StringComparison.Ordinal)));

        types.ShouldBeEmpty();
    }

    private static string PathOf(string project) => Path.Combine(AppContext.BaseDirectory, $"ImageHub.{project}.dll");

    private static List<string> References(string project)
    {
        using var file = new PEReader(File.OpenRead(PathOf(project)));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .SelectMany(name => Rooms.Where(room => name == $"ImageHub.{room}"))];
    }

    /// <summary>The outermost names of types whose fields, methods or bodies mention a namespace.</summary>
    private static IEnumerable<string> Users(string project, string mentioned)
    {
        var assembly = System.Reflection.Assembly.LoadFrom(PathOf(project));
        foreach (var type in assembly.GetTypes())
        {
            const System.Reflection.BindingFlags all = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static
                | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly;
            var used = type.GetFields(all).Select(field => field.FieldType)
                .Concat(type.GetMethods(all).Cast<System.Reflection.MethodBase>().Concat(type.GetConstructors(all)).SelectMany(method =>
                    method.GetParameters().Select(parameter => parameter.ParameterType)
                        .Concat(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [])));
            if (used.Any(user => user.Namespace?.StartsWith(mentioned, StringComparison.Ordinal) == true))
            {
                var outer = type;
                while (outer.DeclaringType is { } declaring)
                {
                    outer = declaring;
                }

                yield return outer.Name;
            }
        }
    }
}
