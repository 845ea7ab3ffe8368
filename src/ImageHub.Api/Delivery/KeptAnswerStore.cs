using System.Globalization;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.OutputCaching;

namespace ImageHub.Api.Delivery;

/// <summary>Output caching's store: the answers that this instance keeps.</summary>
internal sealed class KeptAnswerStore(IKeptAnswers kept) : IOutputCacheStore
{
    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(kept.Find(key));

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        var mark = tags!.Single(tag => tag[0] == KeepsAnswerAttribute.GenerationMark);
        kept.Keep(key, value, [.. tags!.Where(tag => tag != mark)], long.Parse(mark.AsSpan(1), CultureInfo.InvariantCulture));
        return ValueTask.CompletedTask;
    }

    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Changes are heard of from the database; nothing else drops answers.");
}
