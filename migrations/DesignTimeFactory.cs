using ImageHub.Infrastructure.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ImageHub.Migrations;

/// <summary>Creates the context for the <c>dotnet ef</c> commands of <c>generate.sh</c>, which read the model and open no connection.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<ImageHubDb>
{
    /// <inheritdoc/>
    public ImageHubDb CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema("Host=nowhere;Database=none").Options);
}
