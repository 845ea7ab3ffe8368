using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Transforms;
using MediatR;

namespace ImageHub.Application.Transforms;

/// <summary>Lists the keys that sign addresses of transforms, newest first.</summary>
public sealed record ListTransformKeys : PageQuery, IRequest<Page<TransformKeyResponse>>;

/// <summary>A key's metadata, without the key itself.</summary>
/// <param name="Id">UUIDv7; part of the signed addresses.</param>
/// <param name="Name">The name.</param>
/// <param name="CreatedAt">When the key was created.</param>
public sealed record TransformKeyResponse(Guid Id, string Name, DateTimeOffset CreatedAt);

internal sealed class ListTransformKeysValidator : PageQueryValidator<ListTransformKeys>;

internal sealed class ListTransformKeysHandler(IImageHubDb db) : IRequestHandler<ListTransformKeys, Page<TransformKeyResponse>>
{
    private static readonly Keyset<TransformKey> Order = Keyset<TransformKey>.By("createdAt", key => key.CreatedAt, key => key.Id, descending: true);

    public Task<Page<TransformKeyResponse>> Handle(ListTransformKeys request, CancellationToken cancellationToken) => db.TransformKeys.ListAsync(
        request, Order, key => new TransformKeyResponse(key.Id, key.Name, key.CreatedAt), cancellationToken);
}
