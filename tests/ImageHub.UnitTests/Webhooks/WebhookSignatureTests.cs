using ImageHub.Application.Webhooks;

namespace ImageHub.UnitTests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Body =
        """
        {"id":"019a0000-0000-7000-8000-000000000001","event":"batchFinished","at":"2026-01-01T00:00:00Z","data":{"batchId":"019a0000-0000-7000-8000-000000000002","title":"Meer & Möwen"}}
        """;

    /// <summary>Computed with OpenSSL: <c>printf '%s.%s' 1767225600 "$body" | openssl dgst -sha256 -hmac 'an example of a secret'</c>.</summary>
    private const string Expected = "t=1767225600,v1=891a21758a91a16f774aeca8e2a3560dcc845baec1944222810238eb0e27e01f";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, 900, TimeSpan.Zero);

    [Fact]
    public void The_signature_equals_that_of_openssl() => WebhookSignature.Sign("an example of a secret", Now, Body).ShouldBe(Expected);

    [Fact]
    public void The_signature_depends_on_the_time_the_body_and_the_secret()
    {
        string[] signatures =
        [
            WebhookSignature.Sign("an example of a secret", Now, Body),
            WebhookSignature.Sign("an example of a secret", Now.AddSeconds(1), Body),
            WebhookSignature.Sign("an example of a secret", Now, Body + " "),
            WebhookSignature.Sign("another example of a secret", Now, Body),
        ];

        signatures.Select(signature => signature.Split("v1=")[1]).Distinct().Count().ShouldBe(4);
    }
}
