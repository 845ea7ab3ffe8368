using ImageHub.Application.Requests;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>PostgreSQL's <c>normalize</c>.</summary>
internal sealed class Text(ImageHubDb db) : IText
{
    public Task<List<string>> NormalizeAsync(string[] texts, CancellationToken cancellationToken) => db.Database
        .SqlQuery<string>($"SELECT normalize(sent.value, NFC) AS \"Value\" FROM unnest({texts}) WITH ORDINALITY AS sent(value, place) ORDER BY sent.place")
        .ToListAsync(cancellationToken);
}
