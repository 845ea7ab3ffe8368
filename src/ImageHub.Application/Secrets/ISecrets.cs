namespace ImageHub.Application.Secrets;

/// <summary>Encrypts what must not be readable in the database or by clients. Every instance with the same signing key can decrypt it.</summary>
public interface ISecrets
{
    /// <summary>Encrypts a text.</summary>
    /// <param name="purpose">What it is for: it can be decrypted for the same purpose only.</param>
    /// <param name="text">The text.</param>
    /// <returns>Base64url.</returns>
    string Protect(string purpose, string text);

    /// <summary>Decrypts a text; null when it is for another purpose, was changed, or its key is gone.</summary>
    string? Unprotect(string purpose, string text);
}
