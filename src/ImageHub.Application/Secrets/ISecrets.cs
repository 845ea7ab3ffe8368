namespace ImageHub.Application.Secrets;

/// <summary>
/// Encrypts values that must not be readable in the database or by clients. Every instance with the same signing key can decrypt them.
/// </summary>
public interface ISecrets
{
    /// <summary>Encrypts a text.</summary>
    /// <param name="purpose">The purpose. The text can be decrypted only for the same purpose.</param>
    /// <param name="text">The text.</param>
    /// <returns>Base64url.</returns>
    string Protect(string purpose, string text);

    /// <summary>Decrypts a text; null if the text has another purpose, was altered, or its key no longer exists.</summary>
    string? Unprotect(string purpose, string text);
}
