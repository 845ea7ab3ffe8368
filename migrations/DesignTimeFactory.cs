using ImageHub.Infrastructure.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ImageHub.Migrations;

/// <summary>Creates the context for <c>dotnet ef migrations add</c>, which compares models and opens no connection.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<ImageHubDb>
{
    /// <inheritdoc/>
    public ImageHubDb CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema("Host=nowhere;Database=none").Options);
}
