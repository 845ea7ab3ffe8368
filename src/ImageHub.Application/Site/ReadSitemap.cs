using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>
/// Reads the published groups with images for search engines. If there are several parts and none is requested, reads only the number of parts.
/// </summary>
/// <param name="Part">The part, from 1; null for all groups if they fit in one part.</param>
public sealed record ReadSitemap(int? Part) : IRequest<Sitemap>
{
    /// <summary>
    /// The maximum number of groups in a part. A sitemap has at most 50,000 addresses (sitemaps.org); two of them are the gallery and the page about the
    /// photographer.
    /// </summary>
    public const int MaxGroups = 49_998;
}

/// <summary>A sitemap.</summary>
/// <param name="Parts">The number of parts.</param>
/// <param name="Groups">
/// The groups of the requested part, read in batches while they are written; null if there are several parts and none was requested.
/// </param>
/// <param name="HasAbout">Whether the site has a page about the photographer.</param>
public sealed record Sitemap(int Parts, IAsyncEnumerable<SitemapGroup>? Groups, bool HasAbout);

/// <summary>A group in a sitemap.</summary>
/// <param name="Id">The group's id.</param>
/// <param name="Slug">The group's slug.</param>
/// <param name="UpdatedAt">When the group or its images last changed.</param>
public sealed record SitemapGroup(Guid Id, string Slug, DateTimeOffset UpdatedAt);

internal sealed class ReadSitemapHandler(IImageHubDb db) : IRequestHandler<ReadSitemap, Sitemap>
{
    /// <summary>The number of groups per statement. Batches prevent a slow client from keeping a statement open.</summary>
    private const int Batch = 1_000;

    private IQueryable<Group> Listed => db.GroupsForVisitors();

    public async Task<Sitemap> Handle(ReadSitemap request, CancellationToken cancellationToken)
    {
        var count = await Listed.CountAsync(cancellationToken);
        var parts = Math.Max(1, (count + ReadSitemap.MaxGroups - 1) / ReadSitemap.MaxGroups);
        if (request.Part is < 1 || request.Part > parts)
        {
            throw ProblemException.NotFound("part of the sitemap");
        }

        var hasAbout = await db.SiteProfiles.AnyAsync(site => site.About != null, cancellationToken);
        return new Sitemap(parts, request.Part is null && parts > 1 ? null : ReadAsync((request.Part ?? 1) - 1, CancellationToken.None), hasAbout);
    }

    /// <summary>Reads groups in order of creation, so that concurrent changes move few groups between parts.</summary>
    private async IAsyncEnumerable<SitemapGroup> ReadAsync(int part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = ReadSitemap.MaxGroups;
        var next = await ReadBatchAsync(Listed, part * ReadSitemap.MaxGroups);
        while (next.Count > 0)
        {
            foreach (var group in next)
            {
                yield return group;
            }

            left -= next.Count;
            var last = next[^1].Id;
            next = await ReadBatchAsync(Listed.Where(group => group.Id > last), 0);
        }

        Task<List<SitemapGroup>> ReadBatchAsync(IQueryable<Group> groups, int skip) => groups
            .OrderBy(group => group.Id)
            .Skip(skip)
            .Take(Math.Min(Batch, left))
            .Select(group => new SitemapGroup(group.Id, group.Slug!, group.UpdatedAt))
            .ToListAsync(cancellationToken);
    }
}
