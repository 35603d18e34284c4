package vggstream.local.scene;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A fixed camera: always the same backdrop, before which one thing after the other goes by. Frame
 * by frame the thing moves; each class comes once before one comes again.
 */
public final class CameraFeed {
  private final String name;
  private final int framesPerScene;
  private final List<Scene> scenes;

  /**
   * @param name of the camera, not blank
   * @param seed the same seed gives the same feed
   * @param width of a frame, pixels, at least 32
   * @param height of a frame, pixels, at least 32
   * @param framesPerScene how many frames a thing stays, at least 1
   */
  public CameraFeed(String name, long seed, int width, int height, int framesPerScene) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank: was '" + name + "'");
    }
    if (width < 32 || height < 32) {
      throw new IllegalArgumentException(
          "a frame must be at least 32x32: was %dx%d".formatted(width, height));
    }
    if (framesPerScene < 1) {
      throw new IllegalArgumentException(
          "framesPerScene must be at least 1: was " + framesPerScene);
    }
    this.name = name;
    this.framesPerScene = framesPerScene;
    Random random = new Random(seed * 0x9E3779B97F4A7C15L); // neighbouring seeds begin alike
    Backdrop backdrop = new Backdrop(random, width, height);
    List<Thing> things = new ArrayList<>(List.of(Thing.values()));
    Collections.shuffle(things, random);
    scenes = things.stream().map(thing -> new Scene(random, thing, backdrop)).toList();
  }

  /** The camera's name. */
  public String name() {
    return name;
  }

  /** The frame of an index from 0; after the last class the first comes again. */
  public Frame frame(int index) {
    Scene scene = scenes.get(index / framesPerScene % scenes.size());
    return scene.at((double) (index % framesPerScene) / framesPerScene);
  }
}
