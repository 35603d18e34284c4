package vggstream.job.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Reference;
import vggstream.job.config.FileUri;
import vggstream.job.config.JobOptions;

/** Reading one image, most of it by Flink's own file system of this machine. */
class ReferenceReaderTest {
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path temp;
  private Path root;
  private final List<URI> opened = new ArrayList<>();

  @BeforeEach
  void makeRoot() throws Exception {
    root = Files.createDirectories(temp.resolve("root"));
    Files.writeString(root.resolve("a b.jpg"), "abc");
    Files.writeString(temp.resolve("secret.jpg"), "secret");
  }

  private static List<FileUri> roots(String text) {
    return JobOptions.of(Map.of("bootstrap-servers", "h:1", "model", "m", "fetch-roots", text))
        .fetch()
        .roots();
  }

  private ReferenceReader reader() {
    return new ReferenceReader(roots(root.toUri().toString()), 10, this::open);
  }

  private StoredFiles.Opened open(URI uri) throws IOException, FetchRefusedException {
    opened.add(uri);
    return new FlinkFiles().open(uri);
  }

  private String uri(String name) {
    return root.toUri() + name;
  }

  private FetchRefusedException refused(DeadLetterReason reason, Reference reference) {
    var e = assertThrows(FetchRefusedException.class, () -> reader().read(reference));
    assertEquals(reason, e.reason(), e.getMessage());
    return e;
  }

  private void refusedUntouched(String uri) {
    refused(DeadLetterReason.REFERENCE_NOT_ALLOWED, new Reference(uri, null, null));
    assertEquals(List.of(), opened);
  }

  @Test
  void aFileBelowARootIsReadWhole() throws Exception {
    byte[] abc = {'a', 'b', 'c'};
    assertArrayEquals(abc, reader().read(new Reference(uri("a%20b.jpg"), SHA256_OF_ABC, 3L)));
    assertArrayEquals(abc, reader().read(new Reference(uri("a%20b.jpg"), null, null)));
    Files.createFile(root.resolve("empty"));
    assertEquals(0, reader().read(new Reference(uri("empty"), null, 0L)).length);
  }

  @Test
  void nothingIsReadWithoutRoots() {
    var none = new ReferenceReader(List.of(), 10, this::open);
    var reference = new Reference(uri("a%20b.jpg"), null, null);
    var e = assertThrows(FetchRefusedException.class, () -> none.read(reference));
    assertEquals(DeadLetterReason.REFERENCE_NOT_ALLOWED, e.reason());
    assertEquals(
        "an image may be given by uri only where fetch-roots is set: it is not", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.jpg",
        "%2e%2e/secret.jpg",
        "..%2fsecret.jpg",
        "%252e%252e/secret.jpg",
        "x/../../secret.jpg",
        "./a%20b.jpg",
        "",
        "a b.jpg",
      })
  void pathsThatLeaveTheRootAreRefusedUntouched(String name) {
    refusedUntouched(uri(name));
  }

  @Test
  void otherPlacesAreRefusedUntouched() {
    refusedUntouched(temp.resolve("secret.jpg").toUri().toString());
    refusedUntouched(temp.toUri() + "root2/a.jpg");
    refusedUntouched("file://localhost" + root + "/a.jpg");
    refusedUntouched("s3://bucket" + root + "/a.jpg");
    refusedUntouched("http://169.254.169.254/latest/meta-data");
    refusedUntouched(root.resolve("a").toString());
    refusedUntouched("");
  }

  @Test
  void aPasswordInAUriIsNotRepeated() {
    var e =
        refused(
            DeadLetterReason.REFERENCE_NOT_ALLOWED,
            new Reference("s3://key:geheim@bucket/a", null, null));
    assertEquals("uri must have no password", e.getMessage());
  }

  @Test
  void linksMayLeadAnywhereBelowTheRootsButNotOut() throws Exception {
    Files.createSymbolicLink(root.resolve("in.jpg"), Path.of("a b.jpg"));
    Files.createSymbolicLink(root.resolve("out.jpg"), temp.resolve("secret.jpg"));
    Files.createSymbolicLink(root.resolve("up"), temp);
    Files.createSymbolicLink(root.resolve("broken"), temp.resolve("none"));
    assertEquals(3, reader().read(new Reference(uri("in.jpg"), null, null)).length);
    opened.clear();
    refusedUntouched(uri("out.jpg"));
    refusedUntouched(uri("up/secret.jpg"));
    refusedUntouched(uri("up"));
    refused(DeadLetterReason.REFERENCE_NOT_FOUND, new Reference(uri("broken"), null, null));
    assertEquals(List.of(), opened);
  }

  @Test
  void aRootMayItselfBeALink() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), root);
    var reader = new ReferenceReader(roots("file://" + link + "/"), 10, this::open);
    assertEquals(3, reader.read(new Reference(link.toUri() + "a%20b.jpg", null, null)).length);
  }

  @Test
  void foldersAndWhatIsNoPlainFileAreRefused() throws Exception {
    Files.createDirectory(root.resolve("folder"));
    refusedUntouched(uri("folder"));
    refusedUntouched(uri("folder/"));
  }

  @Test
  void aMissingFileIsNotFound() {
    refused(DeadLetterReason.REFERENCE_NOT_FOUND, new Reference(uri("none.jpg"), null, null));
    refused(DeadLetterReason.REFERENCE_NOT_FOUND, new Reference(uri("no/ne.jpg"), null, null));
  }

  @Test
  void deniedAccessIsNotTriedAgain() {
    var denied =
        new ReferenceReader(
            roots("mem://b/"),
            10,
            uri -> {
              throw new AccessDeniedException("x");
            });
    var reference = new Reference("mem://b/x", null, null);
    var e = assertThrows(FetchRefusedException.class, () -> denied.read(reference));
    assertEquals(DeadLetterReason.REFERENCE_UNREADABLE, e.reason());
    assertEquals("access to mem://b/x is denied", e.getMessage());
  }

  @Test
  void lengthAndDigestMustBeWhatTheEventSays() {
    refused(DeadLetterReason.LENGTH_DIFFERS, new Reference(uri("a%20b.jpg"), null, 4L));
    refused(DeadLetterReason.LENGTH_DIFFERS, new Reference(uri("a%20b.jpg"), null, -1L));
    var e =
        refused(
            DeadLetterReason.SHA256_DIFFERS, new Reference(uri("a%20b.jpg"), "0".repeat(64), null));
    assertTrue(e.getMessage().endsWith("has " + SHA256_OF_ABC), e.getMessage());
  }

  @Test
  void whatIsAboveTheLimitIsNotRead() throws Exception {
    Files.write(root.resolve("ten"), new byte[10]);
    Files.write(root.resolve("eleven"), new byte[11]);
    assertEquals(10, reader().read(new Reference(uri("ten"), null, null)).length);
    refused(DeadLetterReason.TOO_LARGE, new Reference(uri("eleven"), null, null));
    var endless = new ReferenceReader(roots("mem://b/"), 10, uri -> stored(Long.MAX_VALUE, 1));
    var reference = new Reference("mem://b/x", null, null);
    var e = assertThrows(FetchRefusedException.class, () -> endless.read(reference));
    assertEquals(DeadLetterReason.TOO_LARGE, e.reason());
  }

  @Test
  void aFileThatChangesWhileItIsReadIsTriedAgain() {
    var reference = new Reference("mem://b/x", null, null);
    var shrunk = new ReferenceReader(roots("mem://b/"), 10, uri -> stored(5, 3));
    assertEquals(
        "it ended after 3 of 5 bytes",
        assertThrows(IOException.class, () -> shrunk.read(reference)).getMessage());
    var grown = new ReferenceReader(roots("mem://b/"), 10, uri -> stored(5, 7));
    assertEquals(
        "it grew while it was read, above 5 bytes",
        assertThrows(IOException.class, () -> grown.read(reference)).getMessage());
  }

  private static StoredFiles.Opened stored(long said, int bytes) {
    return new StoredFiles.Opened(said, new ByteArrayInputStream(new byte[bytes]));
  }
}
