using System.Security.Cryptography;

namespace ImageHub.Application.Backups;

/// <summary>
/// A key that signs manifests: ECDSA on the curve P-256 with SHA-256. A signature is in DER, as <c>openssl dgst -sha256 -verify</c> reads it.
/// </summary>
internal sealed class ManifestKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int MaxFileBytes = 64 * 1024;

    private readonly ECDsa key;
    private readonly string path;

    private ManifestKey(ECDsa key, string path) => (this.key, this.path) = (key, path);

    /// <summary>Reads a private or public key.</summary>
    /// <param name="path">The path of a PEM file; null or empty for none.</param>
    /// <returns>The key, or null for none.</returns>
    /// <exception cref="BackupException">The file cannot be read, or has no such key.</exception>
    public static ManifestKey? Read(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        var read = ECDsa.Create();
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                throw new ArgumentException("the file is too large", nameof(path));
            }

            read.ImportFromPem(File.ReadAllText(path));
            if (read.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
            {
                throw new CryptographicException("the key uses another curve");
            }

            return new ManifestKey(read, path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            read.Dispose();
            throw new BackupException(
                refused is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                    ? $"The signing key '{path}' cannot be read: {refused.Message}"
                    : $"'{path}' has no unencrypted key for ECDSA on the curve P-256 in PEM, as 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256' writes.");
        }
    }

    /// <summary>Whether the file has the private key.</summary>
    public bool CanSign
    {
        get
        {
            try
            {
                key.SignData([], HashAlgorithmName.SHA256);
                return true;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    /// <summary>Signs a manifest.</summary>
    /// <exception cref="BackupException">The file has only the public key.</exception>
    public byte[] Sign(byte[] manifest)
    {
        try
        {
            return key.SignData(manifest, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            throw new BackupException($"'{path}' has only the public key; to sign a backup, Backup__SigningKey must name the private key.");
        }
    }

    /// <summary>Whether a signature of the manifest was made with this key.</summary>
    public bool Verifies(byte[] manifest, byte[] signature) => key.VerifyData(manifest, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();
}
