using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Database.CompiledModel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ImageHub.UnitTests.Database;

public sealed class CompiledModelTests
{
    // Lines that differ by design: a compiled model repeats the table at complex properties and omits values that only migrations read.
    private static readonly string[] Incidental =
    [
        "Annotations:", "Npgsql:IndexMethod:", "Relational:FunctionName:", "Relational:Schema:", "Relational:SqlQuery:", "Relational:TableName:", "Relational:ViewName:", "Relational:ViewSchema:",
    ];

    [Fact]
    public void The_compiled_model_matches_ImageHubDb()
    {
        using var db = new ImageHubDb(new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema("Host=nowhere").Options);
        db.Model.ShouldBeOfType<ImageHubDbModel>();

        var compiled = Describe(db.Model);
        var built = Describe(db.GetService<IModelSource>().GetModel(db, db.GetService<ModelCreationDependencies>(), designTime: false));

        built.Length.ShouldBeGreaterThan(1_000);
        var line = compiled.Zip(built).TakeWhile(pair => pair.First == pair.Second).Count();
        compiled.SequenceEqual(built, StringComparer.Ordinal).ShouldBeTrue(
            $"""
            The compiled model is not what ImageHubDb says; they part here:
            compiled:   {compiled.ElementAtOrDefault(line)}
            ImageHubDb: {built.ElementAtOrDefault(line)}
            Write it anew with migrations/generate.sh.
            """);
    }

    /// <summary>Describes the entities and their tables, with a line for each property, key, index and column.</summary>
    private static string[] Describe(IModel model) =>
    [
        .. $"{model.ToDebugString(MetadataDebugStringOptions.LongDefault)}\n{model.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.LongDefault)}"
            .Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => !Incidental.Any(start => line.StartsWith(start, StringComparison.Ordinal))),
    ];
}
