using FluentValidation;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Application.Secrets;
using ImageHub.Domain.Transforms;
using MediatR;

namespace ImageHub.Application.Transforms;

/// <summary>Creates a key that signs addresses of transforms.</summary>
/// <param name="Name">1–100 characters.</param>
public sealed record CreateTransformKey(string Name) : IRequest<NewTransformKey>;

/// <summary>A newly created key.</summary>
/// <param name="Id">UUIDv7; part of the signed addresses.</param>
/// <param name="Name">The name.</param>
/// <param name="Key">The key itself, whose characters are the key of the HMAC. Only this response contains it.</param>
/// <param name="CreatedAt">When the key was created.</param>
public sealed record NewTransformKey(Guid Id, string Name, string Key, DateTimeOffset CreatedAt);

internal sealed class CreateTransformKeyValidator : AbstractValidator<CreateTransformKey>
{
    public CreateTransformKeyValidator() => RuleFor(key => key.Name).RequiredText(TransformKey.MaxNameLength);
}

internal sealed class CreateTransformKeyHandler(IImageHubDb db, ISecrets secrets, TimeProvider clock) : IRequestHandler<CreateTransformKey, NewTransformKey>
{
    public async Task<NewTransformKey> Handle(CreateTransformKey request, CancellationToken cancellationToken)
    {
        var name = (await db.ToNfcAsync(request.Name.Trim(), cancellationToken))!;
        var text = ApiKeyText.Create(TransformKeyText.Prefix);
        var key = TransformKey.Create(name, secrets.Protect(TransformKeyText.Purpose, text), clock.Now());
        db.TransformKeys.Add(key);
        await db.SaveChangesAsync(cancellationToken);
        return new NewTransformKey(key.Id, key.Name, text, key.CreatedAt);
    }
}
